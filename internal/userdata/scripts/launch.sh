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
