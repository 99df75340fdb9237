#!/usr/bin/env bash
# demo.sh MIRROR takes an autoscaled worker pool through its life on a local AWS
# emulator and a local Spacelift: create, scale out and in, replace the workers by
# those of a newer image, destroy while runs are under way. It fails if a run is cut
# short, or anything is left. It installs the provider from the file system mirror
# MIRROR, writes only to a temporary directory, and needs neither an AWS nor a
# Spacelift account.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/workdir.sh

if [[ $(go env GOOS) != linux ]]; then
  printf 'The demo runs Lambda functions, which are programs for Linux. Start it in a container or a virtual machine.\n' >&2
  exit 1
fi
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

# note explains a step.
note() {
  printf '       %s\n' "$@"
}

# watch OPTION... shows the pool until what the options ask for has come true.
watch() {
  "$workdir/localcloud" -watch -for 3m -clock "${SECONDS}s" "$@"
}

# tf PATTERN ARGUMENT... runs Terraform, shows the lines of its output that match
# PATTERN (all of them if it fails), and below them the pool.
tf() {
  local pattern=$1
  shift
  note "\$ terraform $*"
  watch -show "$pattern" -- "$terraform" -chdir="$workdir" "$@" -input=false
}

step "Starting an AWS emulator and a Spacelift on 127.0.0.1"
go build -ldflags "-s -w" -o "$workdir/localcloud" ./internal/awstest/cmd/localcloud
# The emulator ends when its standard input does: even if this script is killed.
mkfifo "$workdir/leash"
"$workdir/localcloud" -minute 2s -withhold -env-file "$workdir/aws.env" <"$workdir/leash" >"$workdir/localcloud.log" 2>&1 &
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
note "AWS:       $AWS_ENDPOINT_URL, account ${AWS_ACCESS_KEY_ID#TEST}, region $AWS_REGION" \
  "Spacelift: $SPACELIFT_API_KEY_ENDPOINT, worker pool $TF_VAR_worker_pool_id"

step "Installing the provider just built, for the configuration examples/autoscaler"
cp examples/autoscaler/main.tf "$workdir"
# What the demo adds to the example.
cat >"$workdir/demo_override.tf" <<DEMO
resource "spacelift_ec2_workerpool" "this" {
  base_name        = "demo"
  min_size         = 2
  wait_for_workers = 2

  autoscaling_configuration = {
    architecture     = "$(go env GOARCH)"
    polling_interval = 60 # one look in each invocation
    max_create       = 5
    max_terminate    = 5
  }
  autoscaler_extra_env = {
    AUTOSCALING_SCALE_DOWN_DELAY = "0.05" # minutes
  }

  instance_refresh = {
    wait_for_completion = true
    preferences = {
      min_healthy_percentage = 50
      instance_warmup        = 0
    }
  }
}
DEMO
export TF_VAR_spacelift_api_key_endpoint="$SPACELIFT_API_KEY_ENDPOINT" TF_VAR_spacelift_api_key_id="$SPACELIFT_API_KEY_ID"
export TF_VAR_spacelift_api_key_secret="$SPACELIFT_API_KEY_SECRET" TF_VAR_worker_pool_config=ZGVtbw== TF_VAR_worker_pool_private_key=ZGVtbw==
note "Time is short here: an instance boots in 2 s, its worker registers 1 s" \
  "later, schedules call the functions every two seconds instead of every" \
  "minute, and a worker that is idle for 3 s may go."
tf '^- Install' init

step "Creating the pool with its functions, and waiting for two workers"
tf '^(spacelift_ec2|Apply complete)' apply -auto-approve

step "What exists in the emulated account"
if exists="$("$workdir/localcloud" -sweep 2>/dev/null)" || [[ -z $exists ]]; then
  printf 'The emulator knows of no object.\n' >&2
  exit 1
fi
while read -r object; do note "$object"; done <<<"$exists"

step "Planning again: nothing has changed, so there is nothing to do"
tf '^No changes' plan -detailed-exitcode

step "Queueing 12 runs of 10 s: the autoscaler scales out, up to max_size = 10"
watch -queue 12 -run-time 10s -until waiting=0

step "The runs end: it drains idle workers and ends them, down to min_size = 2"
watch -until finished=12,instances=2,workers=2

step "Spacelift publishes a newer worker image: the plan shows what that means"
note "$("$workdir/localcloud" -publish | grep x86_64)"
tf '.' plan

step "Queueing 6 runs of 20 s, and applying while they are busy"
watch -queue 6 -run-time 20s -until waiting=0,busy=6,workers=6
tf '^(spacelift_ec2|Apply complete)' apply -auto-approve
watch -until waiting=0,busy=0,instances=2,workers=2,InService=2

step "Queueing 2 runs of 15 s, and destroying the pool while they are busy"
watch -queue 2 -run-time 15s -until busy=2
tf '^(spacelift_ec2|Destroy complete)' destroy -auto-approve

step "What became of the runs, and whether anything is left in the account"
watch -until finished=20,cut=0,instances=0
"$workdir/localcloud" -sweep
note "All 20 runs have finished, none was cut short, and nothing is left."

printf '\nDone in %d s. The same on AWS: examples/autoscaler/main.tf, after make install.\n' "$SECONDS"
