# shellcheck shell=bash
# Sourced by the other scripts. new_workdir MIRROR makes a temporary directory,
# leaves its path in $workdir, and lets Terraform install providers from the
# file system mirror MIRROR and from nowhere else.

new_workdir() {
  workdir="$(mktemp -d "${TMPDIR:-/tmp}/spacelift-ec2.XXXXXX")"
  cat >"$workdir/terraform.rc" <<RC
provider_installation {
  filesystem_mirror {
    path = "$(cd "$1" && pwd)"
  }
}
RC
  export TF_CLI_CONFIG_FILE="$workdir/terraform.rc"
  export CHECKPOINT_DISABLE=1 # asks nobody for newer versions of Terraform
  export TF_IN_AUTOMATION=1   # leaves out hints such as "now run terraform apply"
  export TF_CLI_ARGS=-no-color
}
