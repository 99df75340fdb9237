#!/usr/bin/env bash
# demo.sh MIRROR takes a worker pool through its life on a local AWS emulator:
# create, show, plan again, change, destroy. It installs the provider from the
# file system mirror MIRROR, writes only to a temporary directory, and needs
# neither an AWS nor a Spacelift account.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/workdir.sh

terraform="$(go -C tools run ./terraform)"
new_workdir "$1"
cloud=""

# finish ends the emulator, however the demo ends, and keeps the files of a failure.
finish() {
  local status=$?
  trap '' INT TERM
  if [[ -n $cloud ]]; then
    kill "$cloud" 2>/dev/null || true
    wait "$cloud" 2>/dev/null || true
  fi
  if ((status == 0 || status > 128)); then # done, or interrupted
    rm -rf "$workdir"
  else
    printf '\nThe demo failed. Its files are in %s\n' "$workdir" >&2
  fi
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

step() {
  printf '\n%3d s  %s\n' "$SECONDS" "$1"
}

# tf PATTERN ARGUMENT... runs Terraform and prints the lines of its output that
# match PATTERN; all of them if it fails.
tf() {
  local pattern=$1
  shift
  printf '\n       $ terraform %s\n' "$*"
  "$terraform" -chdir="$workdir" "$@" </dev/null >"$workdir/output.log" 2>&1 || {
    local status=$?
    cat "$workdir/output.log" >&2
    return "$status"
  }
  { grep -E -- "$pattern" "$workdir/output.log" || true; } | sed 's/^/       /'
}

step "Starting an AWS emulator on 127.0.0.1"
go build -trimpath -o "$workdir/localcloud" ./internal/awstest/cmd/localcloud
# The emulator ends when its standard input does: even if this script is killed.
mkfifo "$workdir/leash"
"$workdir/localcloud" -env-file "$workdir/aws.env" <"$workdir/leash" >"$workdir/localcloud.log" 2>&1 &
cloud=$!
exec 9>"$workdir/leash"
until [[ -s $workdir/aws.env ]]; do
  kill -0 "$cloud" 2>/dev/null || {
    cat "$workdir/localcloud.log" >&2
    exit 1
  }
  sleep 0.2
done
# shellcheck source=/dev/null
source "$workdir/aws.env"
printf '       %s, account %s, region %s\n' "$AWS_ENDPOINT_URL" "${AWS_ACCESS_KEY_ID#TEST}" "$AWS_REGION"

step "Installing the provider just built, for the configuration examples/amd64"
cp examples/amd64/main.tf "$workdir"
export TF_VAR_worker_pool_id=01K0DEMW0RKERPX0000000000Z
export TF_VAR_worker_pool_config=ZGVtbw== TF_VAR_worker_pool_private_key=ZGVtbw==
tf '^- Install' init -input=false

step "Creating the worker pool"
tf '^(spacelift_ec2|Apply complete)' apply -input=false -auto-approve

step "What Terraform knows about it"
tf . output

step "What exists in the emulated account"
if exists="$("$workdir/localcloud" -sweep 2>/dev/null)" || [[ -z $exists ]]; then
  printf 'The emulator knows of no object.\n' >&2
  exit 1
fi
printf '       %s\n' "${exists//$'\n'/$'\n'       }"

step "Planning again: nothing has changed, so there is nothing to do"
tf '^No changes' plan -input=false -detailed-exitcode

step "Changing an argument: max_size from 5 to 8"
tf '^(spacelift_ec2|Apply complete)|^ +[~+-] [a-z_]+ +=' apply -input=false -auto-approve -var max_size=8
tf '^No changes' plan -input=false -detailed-exitcode -var max_size=8

step "Destroying the worker pool"
tf '^(spacelift_ec2|Destroy complete)' destroy -input=false -auto-approve -var max_size=8

step "Asking the emulator whether anything is left"
"$workdir/localcloud" -sweep
printf '       Nothing.\n'

printf '\nDone in %d s. The same on AWS: examples/amd64/main.tf, after make install.\n' "$SECONDS"
