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
