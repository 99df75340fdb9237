# boot_download URL FILE. A single attempt may take two minutes.
boot_download() {
  boot_retry "downloading $1" curl --fail --silent --show-error --location --proto =https \
    --connect-timeout 10 --max-time 120 --output "$2" "$1"
}

# FedRAMP installations have launchers of their own. The token tells: it is base64 of a JSON that names its broker.
boot_launcher_name() {
  local - endpoint
  set +vx
  boot_launcher=spacelift-launcher
  endpoint=$({ base64 -d <<<"${SPACELIFT_TOKEN:-}" || true; } 2>/dev/null |
    jq -r '.broker.endpoint? // empty' 2>/dev/null) || true
  case $endpoint in
  *.fedramp.spacelift.io | *.fedramp.spacelift.dev) boot_launcher+=-fedramp ;;
  esac
  boot_launcher+=-$boot_arch
}

boot_download_launcher() {
  local base="https://downloads.$boot_domain/$boot_launcher"
  boot_download "$base" /usr/bin/.spacelift-launcher.download
  boot_download "${base}_SHA256SUMS" /run/spacelift/SHA256SUMS
  boot_download "${base}_SHA256SUMS.sig" /run/spacelift/SHA256SUMS.sig
  boot_download "https://keys.openpgp.org/vks/v1/by-fingerprint/$boot_signing_key" /run/spacelift/signing-key.asc
}

# A good signature is not enough, since whatever the key server sent is in the keyring: VALIDSIG names the key that made
# it, or last the primary key of the subkey that did, and this must be the pinned one. An expired key still counts, as it
# would stop every pool on the same day and says nothing against the key; a revoked one does not. The key is not imported,
# which would want an agent.
boot_verify_signature() {
  local gpg=(gpg --homedir /run/spacelift/gnupg --batch --no-tty --quiet --no-autostart) status
  install -d -m 700 /run/spacelift/gnupg
  "${gpg[@]}" --dearmor --output /run/spacelift/signing-key.gpg /run/spacelift/signing-key.asc ||
    boot_fail 'the signing key cannot be read'
  status=$("${gpg[@]}" --no-default-keyring --keyring /run/spacelift/signing-key.gpg --trust-model always \
    --status-fd 1 --verify /run/spacelift/SHA256SUMS.sig /run/spacelift/SHA256SUMS) ||
    boot_fail 'bad signature of the checksums'
  awk -v key="$boot_signing_key" '
    $2 == "VALIDSIG" && ($3 == key || $NF == key) { valid = 1 }
    $2 == "REVKEYSIG" { revoked = 1 }
    END { exit !valid || revoked }' <<<"$status" || boot_fail "the checksums are not signed by $boot_signing_key"
}

# The signed file lists the digests of this launcher only; how it calls the launcher is not relied upon.
boot_verify_checksum() {
  local digest
  digest=$(sha256sum </usr/bin/.spacelift-launcher.download)
  grep -qi "^${digest%% *}\b" /run/spacelift/SHA256SUMS || boot_fail "the launcher's checksum is not among the signed ones"
}
