package workerpool

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	rateExpression = regexp.MustCompile(`^rate\(([0-9]{1,9}) (minute|hour|day)(s?)\)$`)
	cronExpression = regexp.MustCompile(`^cron\((.*)\)$`)
)

// scheduleProblem says why EventBridge does not take a schedule, "" when it does:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
func scheduleProblem(text string) string {
	if rate := rateExpression.FindStringSubmatch(text); rate != nil {
		count, err := strconv.Atoi(rate[1])
		switch {
		case err != nil || count < 1:
			return "its rate is not 1 or more"
		case (count == 1) == (rate[3] == "s"):
			return "EventBridge wants the unit in the singular for 1 and in the plural for more"
		}
		return ""
	}
	cron := cronExpression.FindStringSubmatch(text)
	if cron == nil {
		return "it is neither rate(<number> <minutes, hours or days>) nor cron(<six fields>)"
	}
	return cronProblem(strings.Fields(cron[1]))
}

// cronField is what one field of a cron expression may hold. Names stand for the
// numbers from least on.
type cronField struct {
	name        string
	least, most int
	names       []string
	special     *regexp.Regexp // what else an element may be
}

const (
	dayOfMonth = 2
	dayOfWeek  = 4
)

// cronFields are those of EventBridge, which counts Sunday as 1:
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-cron-expressions
var cronFields = []cronField{
	{name: "minutes", most: 59},
	{name: "hours", most: 23},
	{name: "day of the month", least: 1, most: 31, special: regexp.MustCompile(`^(L|LW|([1-9]|[12][0-9]|3[01])W)$`)},
	{name: "month", least: 1, most: 12, names: []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}},
	{name: "day of the week", least: 1, most: 7, names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}, special: regexp.MustCompile(`^([1-7]?L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5])$`)},
	{name: "year", least: 1970, most: 2199},
}

func cronProblem(fields []string) string {
	if len(fields) != len(cronFields) {
		return "its cron expression has " + strconv.Itoa(len(fields)) + " fields, not six: minutes, hours, day of the month, month, day of the week, year"
	}
	if (fields[dayOfMonth] == "?") == (fields[dayOfWeek] == "?") {
		return "one of day of the month and day of the week has to be '?', and only one"
	}
	for i, field := range cronFields {
		if (i == dayOfMonth || i == dayOfWeek) && fields[i] == "?" {
			continue
		}
		for _, element := range strings.Split(fields[i], ",") {
			if !field.takes(element) {
				return "its " + field.name + " is " + strconv.Quote(fields[i]) + ", which EventBridge does not take"
			}
		}
	}
	return ""
}

// takes tells whether a field may hold an element: *, a value or a range, each with
// a step or without.
func (f cronField) takes(element string) bool {
	if f.special != nil && f.special.MatchString(element) {
		return true
	}
	span, step, stepped := strings.Cut(element, "/")
	if count, err := strconv.Atoi(step); stepped && (err != nil || count < 1 || count > f.most) {
		return false
	}
	if span == "*" {
		return true
	}
	from, to, ranged := strings.Cut(span, "-")
	first, ok := f.number(from)
	if !ranged || !ok {
		return ok
	}
	last, ok := f.number(to)
	return ok && first <= last
}

func (f cronField) number(text string) (int, bool) {
	if at := slices.Index(f.names, strings.ToUpper(text)); at >= 0 {
		return f.least + at, true
	}
	value, err := strconv.Atoi(text)
	return value, err == nil && value >= f.least && value <= f.most
}
