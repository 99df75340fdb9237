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
