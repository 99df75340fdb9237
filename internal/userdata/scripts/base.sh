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
