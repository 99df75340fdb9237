#!/usr/bin/env bash
# generate.sh MIRROR DIR writes the provider's documentation into DIR, from the
# schema of the provider in the file system mirror MIRROR, templates/ and
# examples/. DIR is relative to the root of the repository.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/workdir.sh

mirror=$1
docs=$2

terraform="$(go -C tools run ./terraform)"
new_workdir "$mirror"
trap 'rm -rf "$workdir"' EXIT

cp examples/provider/provider.tf "$workdir"
"$terraform" -chdir="$workdir" init -input=false >"$workdir/init.log" || {
  cat "$workdir/init.log" >&2
  exit 1
}
# tfplugindocs finds a resource by the provider's name and an underscore. Our
# resources begin with spacelift_ec2, which is no valid name of a provider (a
# dash is, an underscore is not): so it gets the schema under that name instead
# of asking Terraform for it.
"$terraform" -chdir="$workdir" providers schema -json |
  sed 's|"registry.terraform.io/spacelift-io/spacelift-ec2"|"spacelift_ec2"|' >"$workdir/schema.json"

mkdir -p "$docs"
go tool -modfile=tools/go.mod tfplugindocs generate \
  --provider-name spacelift_ec2 \
  --rendered-provider-name spacelift-ec2 \
  --providers-schema "$workdir/schema.json" \
  --rendered-website-dir "$docs" >"$workdir/tfplugindocs.log" 2>&1 || {
  cat "$workdir/tfplugindocs.log" >&2
  exit 1
}

# The pictures in the guides are of the model that `make bench` measures.
mkdir -p "$docs/images"
go run ./lambdas/internal/cmd/draw "$docs/images"
