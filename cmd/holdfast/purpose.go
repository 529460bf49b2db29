package main

import (
	"holdfast/cmd/holdfast/internal/project"
	"holdfast/models"
)

// purposeSpec says what a candidate is for: its target, its segments, its calibration.
func purposeSpec(cand *models.Candidate, spec project.Candidate, c *project.Config) {
	cand.Target = models.Target(spec.Target)
	cand.Segments = models.Segments{By: c.Segments.By, MinEvents: c.Segments.MinEvents}
	cand.PerSegment = spec.PerSegment
	cand.Calibrate = models.Calibrate{Method: models.Method(spec.Calibrate.Method), Later: spec.Calibrate.Later, Share: spec.Calibrate.Share}
}
