#!/bin/bash
# Starts a Spacelift worker: cloud-init runs this once, as root. Written by the Terraform provider spacelift-ec2.
# To debug an instance: /var/log/spacelift/{info,error}.log tell the steps, /var/log/cloud-init-output.log has the
# output of their commands, /run/spacelift the files they use, and systemctl status spacelift-launcher the rest.

boot_group='sp5ft-pool'
boot_domain='us.spacelift.io'
boot_signing_key=175FD97AD2358EFE02832978E302FB5AA29D88F7

# One line in info.log.
boot_log() { TZ=UTC printf '%(%FT%TZ)T %s\n' -1 "$1" >>/var/log/spacelift/info.log; }

# Names what happens from here on, for info.log and for the line that a failure leaves in error.log.
boot_step() {
  printf '%s' "$1" >/run/spacelift/step
  boot_log "$1"
}

# Ends the boot. The reason is logged, so it must never hold a secret's value.
boot_fail() {
  printf '%s' "$1" >/run/spacelift/reason
  exit 1
}

# The options of our own code, whatever the user's text has set: nothing of ours is traced, traces end up in logs.
boot_strict() { { set +aCEfTvx -euo pipefail; } 2>/dev/null; }

# boot_write MODE FILE: writes its input to a file that never had a wider mode.
boot_write() {
  install -D -m "$1" /dev/null "$2"
  cat >"$2"
}

# boot_retry WHAT COMMAND...: runs the command until it succeeds or five minutes have passed. The pauses grow and are
# random, since many workers may boot at once behind one address.
boot_retry() {
  local what=$1 cap=2 pause error give_up=$(($(date +%s) + 300))
  shift
  until "$@" 2>/run/spacelift/stderr; do
    error=$(tail -n 1 /run/spacelift/stderr)
    pause=$((cap / 2 + RANDOM % cap))
    (($(date +%s) + pause < give_up)) || boot_fail "$what: gave up after five minutes: $error"
    boot_log "$what: next try in $pause s: $error"
    sleep "$pause"
    cap=$((cap < 32 ? cap * 2 : 32))
  done
}

# The AWS CLI, which gets its credentials from the instance metadata: never through a proxy.
boot_aws() {
  AWS_PAGER='' NO_PROXY="${NO_PROXY:+$NO_PROXY,}169.254.169.254" aws --cli-connect-timeout 10 "$@"
}

boot_check_architecture() {
  boot_arch=$(uname -m)
  [[ $boot_arch == x86_64 || $boot_arch == aarch64 ]] || boot_fail "no launcher for $boot_arch"
}

# The launcher is downloaded under another name, so that its own name only ever belongs to the complete, checked file.
boot_install_launcher() {
  chmod 755 /usr/bin/.spacelift-launcher.download
  mv -f /usr/bin/.spacelift-launcher.download /usr/bin/spacelift-launcher
}

# IMDSv2 with curl instead of ec2-metadata: it has time limits and a status to retry on, and prints the bare value.
boot_imds() {
  local imds=(curl --fail --silent --show-error --noproxy '*' --max-time 5) url=http://169.254.169.254/latest token
  token=$("${imds[@]}" --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$url/api/token") &&
    boot_answer=$("${imds[@]}" --header "X-aws-ec2-metadata-token: $token" "$url/meta-data/$1")
}

# boot_export_metadata VARIABLE PATH
boot_export_metadata() {
  local boot_answer=
  boot_retry "reading $2 from the instance metadata" boot_imds "$2"
  [[ -n $boot_answer && $boot_answer != null ]] || boot_fail "the instance metadata has no $2"
  declare -gx "$1=$boot_answer"
}

# Runs when the script ends, however it ends. Unless the launcher has been started, that is a failure.
boot_end() {
  local status=$? step=preparing reason line
  [[ ! -e /run/spacelift/started ]] || return 0
  reason="exit status $status, see /var/log/cloud-init-output.log"
  [[ ! -s /run/spacelift/step ]] || step=$(</run/spacelift/step)
  [[ ! -s /run/spacelift/reason ]] || reason=$(</run/spacelift/reason)
  TZ=UTC printf -v line '%(%FT%TZ)T boot failed: %s: %s' -1 "$step" "${reason//[[:cntrl:]]/ }"
  printf '%s\n' "$line" >>/var/log/spacelift/error.log
  # cloud-init copies standard error to the console, which can be read where the instance has no way out.
  printf '%s\n' "$line" >&2 || true
  boot_after_failure
  exit 1
}

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

boot_launch_environment() { declare -px; }

# The service starts bash with this file, which holds everything exported so far and then becomes the launcher. It is in
# memory, readable only by the user of the launcher, and unlike an EnvironmentFile= it takes any value as it is.
boot_write_launch_file() {
  cd /
  unset OLDPWD
  {
    boot_launch_environment
    echo 'exec /usr/bin/spacelift-launcher'
  } | boot_write 600 /run/spacelift/launch
}

boot_start_launcher() {
  systemctl daemon-reload
  systemctl start spacelift-launcher
  touch /run/spacelift/started
}

boot_after_failure() {
  boot_log 'powering off in 600 seconds'
  sleep 600
  poweroff
}

boot_write_unit() {
boot_write 644 /etc/systemd/system/spacelift-launcher.service <<'END_OF_UNIT'
[Unit]
Description=Spacelift launcher
Wants=docker.service
After=docker.service network-online.target

[Service]
Type=exec
User=root
ExecStart=/bin/bash /run/spacelift/launch
ExecStopPost=+/bin/bash -c 'echo "the launcher ended: $$SERVICE_RESULT $$EXIT_STATUS"; sleep 600; poweroff'
StandardOutput=append:/var/log/spacelift/info.log
StandardError=append:/var/log/spacelift/error.log
TimeoutStopSec=690
TasksMax=infinity
END_OF_UNIT
}

boot() (
  boot_strict
  export HOME="${HOME:-/root}"

  boot_step 'checking the architecture'
  boot_check_architecture

  boot_step 'downloading the launcher'
  boot_launcher_name
  boot_download_launcher

  boot_step 'verifying the launcher'
  boot_verify_signature
  boot_verify_checksum

  boot_step 'installing the launcher'
  boot_install_launcher

  boot_step 'reading the instance metadata'
  boot_export_metadata SPACELIFT_METADATA_instance_id instance-id
  boot_export_metadata SPACELIFT_METADATA_ami_id ami-id
  export SPACELIFT_METADATA_asg_id="$boot_group"

  boot_step 'starting the launcher'
  boot_write_launch_file
  boot_write_unit
  boot_start_launcher
)

rm -rf /run/spacelift
mkdir -p /var/log/spacelift
install -d -m 711 /run/spacelift
trap boot_end EXIT
trap 'exit 1' HUP INT TERM
boot
