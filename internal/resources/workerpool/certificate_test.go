package workerpool

// Certificate is testCertificate for tests from outside.
const Certificate = testCertificate

// testCertificate is of a made-up authority, without its key.
const testCertificate = `-----BEGIN CERTIFICATE-----
MIIBPjCB5aADAgECAgEBMAoGCCqGSM49BAMCMA0xCzAJBgNVBAMTAmNhMCIYDzAw
MDEwMTAxMDAwMDAwWhgPMjEwMDAxMDEwMDAwMDBaMA0xCzAJBgNVBAMTAmNhMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE3vFPxZLIsPmW6QwnjsZVQFpY4JgCm1x9
+IsZkYoq2gZWlVcglCA3AkIxoCGCjMiv0efcxHH+cGLUqqrrQ2WxHqMyMDAwDwYD
VR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUa+V0vIRY5JICWrG5RAWe8JlIbMgwCgYI
KoZIzj0EAwIDSAAwRQIhAIaaHFOLj/T62A1dwTQVix/3xDas5jUiG9TesrPp4z1n
AiAcoA7wN962R8x/i4irA8tCXcWt5YyQeIisVLo+7rkb1Q==
-----END CERTIFICATE-----
`
