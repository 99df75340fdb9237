package userdata

import (
	"slices"
	"strings"
)

// shellQuote makes one shell word of a value: nothing is special between single quotes except their end.
func shellQuote(value string) string {
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// shellArray makes the value of a bash array.
func shellArray(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = shellQuote(v)
	}
	return "(" + strings.Join(quoted, " ") + ")"
}

// heredoc feeds a text to a command as it is. The shell only looks for the delimiter, so it is one that no line equals.
func heredoc(command, delimiter, text string) string {
	lines := strings.Split(text, "\n")
	for slices.Contains(lines, delimiter) {
		delimiter += "_"
	}
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return command + " <<'" + delimiter + "'\n" + text + delimiter + "\n"
}

// unitQuote makes one item of a unit file's Environment=, where % begins a specifier and quotes and backslashes escape.
// https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#Environment=
func unitQuote(assignment string) string {
	escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "%", "%%").Replace(assignment)
	return `"` + escaped + `"`
}
