package userdata

import "strings"

// proxy is a proxy setting that is not empty.
type proxy struct{ name, value string }

// proxies returns those that are set.
func (h SelfHosted) proxies() []proxy {
	var set []proxy
	for _, p := range []proxy{{"HTTP_PROXY", h.HTTPProxy}, {"HTTPS_PROXY", h.HTTPSProxy}, {"NO_PROXY", h.NoProxy}} {
		if p.value != "" {
			set = append(set, p)
		}
	}
	return set
}

// proxyCommands exports the proxies to everything that follows, the launcher included. The launcher passes a variable on to
// runs only when it is listed in SPACELIFT_WHITELIST_ENVS, which the user's text may extend.
func proxyCommands(proxies []proxy) []string {
	var commands, names []string
	for _, p := range proxies {
		commands = append(commands, "export "+p.name+"="+shellQuote(p.value))
		names = append(names, p.name)
	}
	whitelist := `export SPACELIFT_WHITELIST_ENVS="${SPACELIFT_WHITELIST_ENVS:+$SPACELIFT_WHITELIST_ENVS,}` + strings.Join(names, ",") + `"`
	return append(commands, whitelist, "boot_write_docker_proxy")
}

// dockerProxy is the drop-in that gives docker the same proxies.
// https://docs.docker.com/engine/daemon/proxy/#systemd-unit-file
func dockerProxy(proxies []proxy) string {
	lines := []string{"[Service]"}
	for _, p := range proxies {
		lines = append(lines, "Environment="+unitQuote(p.name+"="+p.value))
	}
	return strings.Join(lines, "\n") + "\n"
}
