package model_test

import "testing"

func BenchmarkHour(b *testing.B) {
	for b.Loop() {
		usual().Play()
	}
}
