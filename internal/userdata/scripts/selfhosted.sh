boot_download_launcher() {
  boot_retry "copying $boot_s3_uri" boot_aws s3 cp --only-show-errors \
    "$boot_s3_uri" /usr/bin/.spacelift-launcher.download
}
