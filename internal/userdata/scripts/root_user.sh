boot_launch_environment() { declare -px; }
