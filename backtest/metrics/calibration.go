package metrics

import (
	"fmt"
	"math"
)

// Calibration says whether predicted probabilities can be taken at face value
// (Cox 1958; Van Calster et al. 2019).
//
//   - Slope b and Intercept a of the joint fit logit P(churn) = a + b eta. A slope
//     below 1 means predictions too extreme (the sign of overfitting).
//   - CITL, calibration in the large: a of the fit with b fixed at 1. Above 0:
//     more churn than predicted. A difference in log-odds, not in rate.
//   - ExpectedOverObserved: predicted over observed churned rows, ideal 1.
//
// Standard errors are cluster-robust, B^-1 (sum_g u_g u_g') B^-1 G/(G-1) over
// the G accounts (Liang and Zeger 1986; the factor is R sandwich's default), and
// intervals are value -+ z se.
//
// What is undefined is NaN: everything if either outcome is absent; Slope and
// Intercept also if eta is constant or separates the outcomes, so that the
// fitted slope would be infinite (or so large that the digits of eta do not
// determine it); standard errors if there is one account only.
type Calibration struct {
	Intercept, Slope, CITL Estimate
	ExpectedOverObserved   float64
}

// Calibrate fits the recalibration lines of n rows: eta and churned have n
// elements, cluster n or none. level is the coverage of
// the intervals, such as 0.95. It returns an error for slices of different
// length, an eta that is not finite, a negative account and a level outside (0,1).
func Calibrate(eta []float64, churned []bool, cluster []int32, level float64) (Calibration, error) {
	if err := checkCalibration(eta, churned, cluster, level, itself); err != nil {
		return Calibration{}, err
	}
	return NewForecast(eta, churned).calibrated(cluster, nil, level), nil
}

// Calibrate is [Calibrate].
func (f *Forecast) Calibrate(cluster []int32, level float64) (Calibration, error) {
	if err := checkCalibration(f.eta, f.churned, cluster, level, f.row); err != nil {
		return Calibration{}, err
	}
	return f.calibrated(cluster, nil, level), nil
}

// calibrated fits the lines of checked rows; nil weights are 1.
func (f *Forecast) calibrated(cluster []int32, weight []float64, level float64) Calibration {
	churned := f.churned
	undefined := Estimate{math.NaN(), math.NaN(), math.NaN(), math.NaN()}
	c := Calibration{undefined, undefined, undefined, math.NaN()}
	if events := countTrue(churned); events == 0 || events == len(churned) {
		return c
	}
	line := newLineFit(f, cluster, weight)
	c.ExpectedOverObserved = line.expected() / line.events
	citl := line.offset()
	c.CITL = line.estimate(citl.a, citl.varA, citl.withoutA, level)
	if !line.separated() {
		joint := line.slope()
		c.Intercept = line.estimate(joint.a, joint.varA, joint.withoutA, level)
		c.Slope = line.estimate(joint.b, joint.varB, joint.withoutB, level)
	}
	return c
}

// estimate is a coefficient with its interval: of rows that weigh alike a normal one, of others
// that of the accounts' leaving.
func (f *lineFit) estimate(value, variance float64, without []float64, level float64) Estimate {
	e := wald(value, math.Sqrt(variance), level)
	if f.heavy() && e.StdErr == e.StdErr {
		of := Skewed(value, without, level)
		e.Low, e.High = of.Low, of.High
	}
	return e
}

// itself is the row at a place of rows as they came.
func itself(place int) int { return place }

// checkCalibration calls the place of an eta by its row.
func checkCalibration(eta []float64, churned []bool, cluster []int32, level float64, row func(place int) int) error {
	if len(eta) != len(churned) || cluster != nil && len(cluster) != len(churned) {
		return fmt.Errorf("metrics: calibration: %d etas, %d outcomes and %d accounts must be equally many",
			len(eta), len(churned), len(cluster))
	}
	if !(level > 0 && level < 1) {
		return fmt.Errorf("metrics: calibration: level %v must lie between 0 and 1, such as 0.95", level)
	}
	for i, e := range eta {
		if math.IsNaN(e) || math.IsInf(e, 0) {
			return fmt.Errorf("metrics: calibration: eta of row %d is %v; log-odds must be finite", row(i), e)
		}
	}
	return checkClusters("calibration", cluster)
}

// checkClusters reports the first negative account number.
func checkClusters(of string, cluster []int32) error {
	for i, g := range cluster {
		if g < 0 {
			return fmt.Errorf("metrics: %s: account of row %d is %d; number accounts from 0", of, i, g)
		}
	}
	return nil
}
