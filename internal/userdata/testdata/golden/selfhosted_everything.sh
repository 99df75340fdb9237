#!/bin/bash
# Starts a Spacelift worker: cloud-init runs this once, as root. Written by the Terraform provider spacelift-ec2.
# To debug an instance: /var/log/spacelift/{info,error}.log tell the steps, /var/log/cloud-init-output.log has the
# output of their commands, /run/spacelift the files they use, and systemctl status spacelift-launcher the rest.

boot_group='sp5ft-pool'
boot_s3_uri='s3://binaries/spacelift-launcher'
boot_secret_arn='arn:aws:secretsmanager:eu-west-1:123456789012:secret:sp5ft-pool-secret-AbCdEf'
boot_secret_region='eu-west-1'
boot_secret_keys=()

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

boot_read_secret() {
  secret=$(boot_aws secretsmanager get-secret-value --region "$boot_secret_region" --secret-id "$boot_secret_arn" \
    --query SecretString --output text)
}

# Exports the keys of the secret, all of them when boot_secret_keys is empty. The values pass from jq, which quotes them,
# straight to the shell: never through an argument list, a file or a trace.
boot_export_secret() {
  local - secret= wrong exports
  set +vx
  boot_retry "reading secret $boot_secret_arn" boot_read_secret
  [[ $(jq -r type <<<"$secret" 2>/dev/null) == object ]] || boot_fail "secret $boot_secret_arn is not a JSON object"
  wrong=$(jq -r '. as $values | (if $ARGS.positional == [] then keys else $ARGS.positional end)[]
    | if $values[.] == null then "key \(.) is missing"
      elif test("\\A[A-Za-z_][A-Za-z0-9_]*\\z") | not then "key \(.) is not a name that a shell can export"
      elif $values[.] | tostring | explode | any(. == 0) then "the value of key \(.) holds a NUL"
      else empty end' --args "${boot_secret_keys[@]}" <<<"$secret" 2>/dev/null)
  [[ -z $wrong ]] || boot_fail "secret $boot_secret_arn: $wrong"
  exports=$(jq -r '. as $values | (if $ARGS.positional == [] then keys else $ARGS.positional end)[]
    | "declare -gx \(.)=\($values[.] | tostring | @sh)"' --args "${boot_secret_keys[@]}" <<<"$secret" 2>/dev/null)
  eval "$exports"
}

boot_download_launcher() {
  boot_retry "copying $boot_s3_uri" boot_aws s3 cp --only-show-errors \
    "$boot_s3_uri" /usr/bin/.spacelift-launcher.download
}

# The user of the worker's containers, hence the fixed id.
boot_create_user() {
  id -u spacelift &>/dev/null || useradd --uid 1983 --create-home spacelift
  usermod --append --groups docker spacelift
  mkdir -p /opt/spacelift
  touch /var/log/spacelift/info.log /var/log/spacelift/error.log
  chown -R spacelift /opt/spacelift /var/log/spacelift
}

# A home of root's is no use to another user: without these, systemd sets those of the unit's user.
boot_launch_environment() (
  [[ $HOME != /root ]] || unset HOME
  unset USER LOGNAME SHELL MAIL
  declare -px
)

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
  boot_log 'powering off in 15 seconds'
  sleep 15
  poweroff
}

boot_write_pre_hook() {
boot_write 600 /run/spacelift/pre-hook.sh <<'END_OF_PRE_HOOK'
echo before
END_OF_PRE_HOOK
}

boot_write_ca_certificates() {
boot_write 644 /etc/pki/ca-trust/source/anchors/spacelift-1.pem <<'END_OF_CERTIFICATE'
-----BEGIN CERTIFICATE-----
MIIB
-----END CERTIFICATE-----
END_OF_CERTIFICATE
}

boot_write_docker_proxy() {
boot_write 600 /etc/systemd/system/docker.service.d/spacelift-proxy.conf <<'END_OF_DROP_IN'
[Service]
Environment="HTTP_PROXY=http://user:p%%40ss\"w\\d@proxy:3128"
Environment="HTTPS_PROXY=https://it's.a.proxy"
Environment="NO_PROXY=169.254.169.254,.internal,$(reboot)"
END_OF_DROP_IN
}

boot_write_configuration() {
boot_write 600 /run/spacelift/configuration.sh <<'END_OF_CONFIGURATION'
export A=1
END_OF_CONFIGURATION
}

boot_write_post_hook() {
boot_write 600 /run/spacelift/post-hook.sh <<'END_OF_POST_HOOK'
echo after
END_OF_POST_HOOK
}

boot_write_unit() {
boot_write 644 /etc/systemd/system/spacelift-launcher.service <<'END_OF_UNIT'
[Unit]
Description=Spacelift launcher
Wants=docker.service
After=docker.service network-online.target

[Service]
Type=exec
User=spacelift
ExecStart=/bin/bash /run/spacelift/launch
ExecStopPost=+/bin/bash -c 'echo "the launcher ended: $$SERVICE_RESULT $$EXIT_STATUS"; sleep 15; poweroff'
StandardOutput=append:/var/log/spacelift/info.log
StandardError=append:/var/log/spacelift/error.log
TimeoutStopSec=105
TasksMax=infinity
END_OF_UNIT
}

boot() (
  boot_strict
  export HOME="${HOME:-/root}"

  boot_step 'running the pre hook'
  boot_write_pre_hook
  set +u +o pipefail
  source /run/spacelift/pre-hook.sh
  boot_strict

  boot_step 'stopping the CloudWatch agent'
  systemctl disable --now amazon-cloudwatch-agent || boot_log 'there is no CloudWatch agent to stop'

  boot_step 'creating the user spacelift'
  boot_create_user

  boot_step 'trusting the CA certificates'
  boot_write_ca_certificates
  update-ca-trust

  boot_step 'setting up the proxies'
  export HTTP_PROXY='http://user:p%40ss"w\d@proxy:3128'
  export HTTPS_PROXY='https://it'\''s.a.proxy'
  export NO_PROXY='169.254.169.254,.internal,$(reboot)'
  export SPACELIFT_WHITELIST_ENVS="${SPACELIFT_WHITELIST_ENVS:+$SPACELIFT_WHITELIST_ENVS,}HTTP_PROXY,HTTPS_PROXY,NO_PROXY"
  boot_write_docker_proxy

  boot_step 'restarting docker'
  systemctl daemon-reload
  systemctl restart docker

  boot_step 'exporting the secret'
  boot_export_secret

  boot_step 'running the configuration'
  boot_write_configuration
  set +u +o pipefail
  source /run/spacelift/configuration.sh
  boot_strict

  boot_step 'checking the architecture'
  boot_check_architecture

  boot_step 'downloading the launcher'
  boot_download_launcher

  boot_step 'installing the launcher'
  boot_install_launcher

  boot_step 'reading the instance metadata'
  boot_export_metadata SPACELIFT_METADATA_instance_id instance-id
  boot_export_metadata SPACELIFT_METADATA_ami_id ami-id
  export SPACELIFT_METADATA_asg_id="$boot_group"

  boot_step 'running the post hook'
  boot_write_post_hook
  set +u +o pipefail
  source /run/spacelift/post-hook.sh
  boot_strict

  boot_step 'starting the launcher'
  boot_write_launch_file
  chown spacelift /run/spacelift/launch
  boot_write_unit
  boot_start_launcher
)

rm -rf /run/spacelift
mkdir -p /var/log/spacelift
install -d -m 711 /run/spacelift
trap boot_end EXIT
trap 'exit 1' HUP INT TERM
boot
