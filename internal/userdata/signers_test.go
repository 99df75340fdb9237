package userdata

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// signer is a key and its signature of the launcher's checksum.
type signer struct {
	fingerprint       string
	public, signature []byte
}

// keyring is made once for all tests, with the real gpg. In the scripts under test, pinned takes the place of Spacelift's.
type keyring struct {
	sums    string
	pinned  signer // the key the script trusts
	other   signer // another key; its public half comes together with the pinned one
	subkey  signer // the pinned key, signing with a subkey
	revoked signer // the pinned key after its owner revoked it
	forged  signer // the pinned key with a signature of something else
}

var (
	makeKeyring  sync.Once
	sharedRing   keyring
	errNoKeyring error
)

// signers returns the shared keys. A machine without gpg skips the test.
func signers(t *testing.T) keyring {
	t.Helper()
	makeKeyring.Do(func() { sharedRing, errNoKeyring = newKeyring() })
	if errNoKeyring != nil {
		t.Skipf("needs gpg to make keys: %v", errNoKeyring)
	}
	return sharedRing
}

func newKeyring() (keyring, error) {
	// Not t.TempDir(): gpg-agent's socket has to fit into 108 bytes.
	home, err := os.MkdirTemp("", "gpg")
	if err != nil {
		return keyring{}, err
	}
	defer os.RemoveAll(home)
	g := &gpg{home: home}
	defer func() { _ = exec.Command("gpgconf", "--homedir", home, "--kill", "all").Run() }()

	digest := sha256.Sum256([]byte(launcher))
	ring := keyring{sums: hex.EncodeToString(digest[:]) + "  spacelift-launcher\n"}
	pinned, other := g.key("pinned@example.com"), g.key("other@example.com")
	ring.pinned = signer{pinned, g.run("", "--armor", "--export", pinned), g.sign(pinned, ring.sums)}
	ring.other = signer{other, g.run("", "--armor", "--export", pinned, other), g.sign(other, ring.sums)}
	ring.forged = signer{pinned, ring.pinned.public, g.sign(pinned, "something else")}
	g.run("", "--quick-add-key", pinned, "ed25519", "sign")
	// gpg prefers the newest key that can sign: the subkey.
	ring.subkey = signer{pinned, g.run("", "--armor", "--export", pinned), g.run(ring.sums, "--local-user", pinned, "--detach-sign")}
	revocation, err := os.ReadFile(filepath.Join(home, "openpgp-revocs.d", pinned+".rev"))
	if err != nil && g.err == nil {
		g.err = err
	}
	// gpg guards the prepared revocation by a colon before its first line.
	g.run(strings.Replace(string(revocation), ":-----BEGIN", "-----BEGIN", 1), "--import")
	ring.revoked = signer{pinned, g.run("", "--armor", "--export", pinned), ring.pinned.signature}
	return ring, g.err
}

// gpg runs gpg in a home of its own and keeps the first error.
type gpg struct {
	home string
	err  error
}

func (g *gpg) run(input string, args ...string) []byte {
	if g.err != nil {
		return nil
	}
	cmd := exec.Command("gpg", append([]string{"--homedir", g.home, "--batch", "--quiet", "--passphrase", ""}, args...)...)
	cmd.Stdin = strings.NewReader(input)
	output, err := cmd.Output()
	g.err = err
	return output
}

// key makes a key that can sign, without a passphrase, and returns its fingerprint.
func (g *gpg) key(name string) string {
	g.run("", "--quick-gen-key", name, "ed25519", "sign", "never")
	for line := range strings.Lines(string(g.run("", "--with-colons", "--list-keys", name))) {
		if fields := strings.Split(line, ":"); fields[0] == "fpr" {
			return fields[9]
		}
	}
	return ""
}

// sign signs with exactly this key, never with a subkey.
func (g *gpg) sign(fingerprint, text string) []byte {
	return g.run(text, "--local-user", fingerprint+"!", "--detach-sign")
}
