package lambdaenv

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"strings"
	"time"
)

const (
	// shortest keeps an interval from being none at all. It is for tests, in which
	// time is scaled down.
	shortest = 10 * time.Millisecond
	// invocation is what Lambda allows at most:
	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	invocation = 15 * time.Minute
	// longest is ours: who needs more has mistaken the unit. Within it a fraction
	// of minutes stands for exactly one number of nanoseconds.
	longest = 7 * 24 * time.Hour
	// manyInstances is ours, beyond what a group of any account can have.
	manyInstances = 100_000
)

// span words what duration takes.
func span(least, most time.Duration) string {
	return fmt.Sprintf("a duration such as 90s or 1m30s, or a number of seconds, from %s to %s", least, most)
}

// whole words what count takes.
func whole(least, most int) string {
	return fmt.Sprintf("a whole number from %d to %d", least, most)
}

// text takes what is is nil for.
func text[T ~string](field *T, is func(string) error) value {
	return value{
		set: func(text string) error {
			if err := is(text); err != nil {
				return err
			}
			*field = T(text)
			return nil
		},
		get: func() string { return string(*field) },
	}
}

func count(field *int, least, most int) value {
	return value{
		set: func(text string) error {
			n, err := strconv.Atoi(text)
			switch {
			case err != nil && !errors.Is(err, strconv.ErrRange):
				return errors.New("no whole number")
			case err != nil || n < least || n > most:
				return errors.New("out of range")
			}
			*field = n
			return nil
		},
		get: func() string { return strconv.Itoa(*field) },
	}
}

// duration takes Go's durations, and plain numbers as seconds.
func duration(field *time.Duration, least, most time.Duration) value {
	return value{
		set: func(text string) error {
			if _, err := strconv.ParseFloat(text, 64); err == nil {
				text += "s"
			}
			d, err := time.ParseDuration(text)
			if err != nil {
				return errors.New("no duration")
			}
			return assign(field, d, least, most)
		},
		get: func() string { return field.String() },
	}
}

// minutes takes plain numbers as minutes, as the autoscaler always has.
func minutes(field *time.Duration) value {
	return value{
		set: func(text string) error {
			number, err := strconv.ParseFloat(text, 64)
			switch {
			case err != nil && !errors.Is(err, strconv.ErrRange), math.IsNaN(number):
				return errors.New("no number of minutes")
			case math.Abs(number) > longest.Minutes():
				return errors.New("out of range")
			}
			// Rounded, so that what get writes comes back to the nanosecond.
			return assign(field, time.Duration(math.Round(number*float64(time.Minute))), 0, longest)
		},
		get: func() string { return strconv.FormatFloat(field.Minutes(), 'f', -1, 64) },
	}
}

func assign(field *time.Duration, d, least, most time.Duration) error {
	if d < least || d > most {
		return errors.New("out of range")
	}
	*field = d
	return nil
}

func boolean(field *bool) value {
	return value{
		set: func(text string) error {
			b, err := strconv.ParseBool(text)
			if err != nil {
				return errors.New("neither true nor false")
			}
			*field = b
			return nil
		},
		get: func() string { return strconv.FormatBool(*field) },
	}
}

func level(field *slog.Level) value {
	return value{
		set: func(text string) error {
			for _, one := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError} {
				if strings.EqualFold(text, one.String()) {
					*field = one
					return nil
				}
			}
			return errors.New("no log level")
		},
		get: func() string { return strings.ToLower(field.String()) },
	}
}
