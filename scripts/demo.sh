#!/usr/bin/env bash
# demo.sh MIRROR takes a worker pool through its life on a local AWS emulator and
# a local Spacelift: create, watch its workers come, plan again, change, destroy
# while a run is under way. It installs the provider from the file system mirror
# MIRROR, writes only to a temporary directory, and needs neither an AWS nor a
# Spacelift account.
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
  { grep -E -- "$pattern" "$workdir/output.log" || true; } | sed 's/^./       &/'
}

# indent puts a table under the text of a step.
indent() {
  sed 's/^./       &/'
}

step "Starting an AWS emulator and a Spacelift on 127.0.0.1"
go build -trimpath -ldflags "-s -w" -o "$workdir/localcloud" ./internal/awstest/cmd/localcloud
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
printf '       AWS:       %s, account %s, region %s\n' "$AWS_ENDPOINT_URL" "${AWS_ACCESS_KEY_ID#TEST}" "$AWS_REGION"
printf '       Spacelift: %s, worker pool %s\n' "$SPACELIFT_API_KEY_ENDPOINT" "$TF_VAR_worker_pool_id"

step "Installing the provider just built, for the configuration examples/amd64"
cp examples/amd64/main.tf "$workdir"
# What the demo adds to the example.
cat >"$workdir/demo_override.tf" <<'EOF'
resource "spacelift_ec2_workerpool" "this" {
  min_size         = 2
  wait_for_workers = 2
}
EOF
export TF_VAR_worker_pool_config=ZGVtbw== TF_VAR_worker_pool_private_key=ZGVtbw==
tf '^- Install' init -input=false

step "Creating the worker pool; wait_for_workers = 2: done when two workers have registered with Spacelift"
tf '^(spacelift_ec2|Apply complete)' apply -input=false -auto-approve

step "Its workers, as Spacelift sees them (instances boot in two seconds here, not in two minutes)"
"$workdir/localcloud" -pool | indent

step "What Terraform knows about it"
tf . output

step "What exists in the emulated account"
if exists="$("$workdir/localcloud" -sweep 2>/dev/null)" || [[ -z $exists ]]; then
  printf 'The emulator knows of no object.\n' >&2
  exit 1
fi
indent <<<"$exists"

step "Planning again: nothing has changed, so there is nothing to do"
tf '^No changes' plan -input=false -detailed-exitcode

step "Changing an argument: max_size from 5 to 8"
tf '^(spacelift_ec2|Apply complete)|^ +[~+-] [a-z_]+ +=' apply -input=false -auto-approve -var max_size=8
tf '^No changes' plan -input=false -detailed-exitcode -var max_size=8

step "Queueing a run that takes 6 s: a worker takes it at once"
"$workdir/localcloud" -queue 1 -run-time 6s >/dev/null
"$workdir/localcloud" -pool | indent

# show_drained shows the workers as soon as the destroy has drained both.
show_drained() {
  local pool
  for _ in {1..150}; do
    pool="$("$workdir/localcloud" -pool)"
    if [[ $(grep -c drained <<<"$pool") == 2 ]]; then
      printf '\nMeanwhile:\n%s\n\n' "$pool" | indent
      return
    fi
    sleep 0.2
  done
  printf 'The workers have not been drained.\n' >&2
  return 1
}

step "Destroying the worker pool: its workers are drained, and the run is waited for"
show_drained &
watcher=$!
tf '^(spacelift_ec2|Destroy complete)' destroy -input=false -auto-approve -var max_size=8
wait "$watcher"

step "Asking Spacelift what became of the run"
"$workdir/localcloud" -pool | tee "$workdir/pool.log" | indent
grep -q '1 finished, 0 cut short' "$workdir/pool.log" || {
  printf 'The run did not finish.\n' >&2
  exit 1
}

step "Asking the emulator whether anything is left"
"$workdir/localcloud" -sweep
printf '       Nothing.\n'

printf '\nDone in %d s. The same on AWS: examples/amd64/main.tf, after make install.\n' "$SECONDS"
