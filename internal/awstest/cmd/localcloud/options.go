package main

import (
	"flag"
	"regexp"
	"time"
)

// options are what the command is asked for.
type options struct {
	// Of the cloud.
	file     string
	region   string
	minute   time.Duration
	withhold bool

	// Of one that asks the cloud.
	sweep, pool, watch, publish bool
	runs                        int
	runTime                     time.Duration
	watching                    // whose limit is that of a cloud as well
}

// parse reads the command line. It ends the process if that is wrong.
func parse() *options {
	o := &options{watching: watching{begun: time.Now(), show: regexp.MustCompile("")}}
	flag.StringVar(&o.file, "env-file", "", "also write the environment to this `path`, once all is ready")
	flag.StringVar(&o.region, "region", "us-east-1", "AWS `region` of the network")
	flag.DurationVar(&o.minute, "minute", time.Minute, "how `long` a minute takes between two invocations by a schedule; with less than a minute the lifecycle manager looks once in each")
	flag.BoolVar(&o.withhold, "withhold", false, "withhold the newer worker images until -publish")
	flag.DurationVar(&o.limit, "for", 0, "stop after this `time` (default: when interrupted); a watch has failed then")

	const asks = "ask the local cloud of this environment "
	flag.BoolVar(&o.sweep, "sweep", false, asks+"what exists in its account; exit with status 1 if anything does")
	flag.BoolVar(&o.pool, "pool", false, asks+"for the workers and runs of its worker pool")
	flag.BoolVar(&o.publish, "publish", false, asks+"to publish the images that it withholds")
	flag.IntVar(&o.runs, "queue", 0, asks+"to queue so `many` runs")
	flag.DurationVar(&o.runTime, "run-time", 20*time.Second, "how long each of them takes")
	flag.BoolVar(&o.watch, "watch", false, "show what goes on in the worker pool of this environment, as a table in a terminal, else a line for each change; "+
		"meanwhile run the command that follows the options, if any, and end with it")
	flag.Func("until", "watch until this `goal` is met, such as waiting=0,InService>=2", func(text string) (err error) {
		o.goal, err = parseGoal(text)
		return err
	})
	flag.Func("show", "of the command's output show the lines that match this regular `expression` (default: all)", func(text string) (err error) {
		o.show, err = regexp.Compile(text)
		return err
	})
	flag.DurationVar(&o.clock, "clock", 0, "what `time` it is in the story that the watch is a part of")
	flag.Parse()
	o.command = flag.Args()
	// With neither goal nor command a watch goes on until it is interrupted.
	if len(o.command) == 0 && o.goal == nil {
		o.goal = never
	}
	return o
}
