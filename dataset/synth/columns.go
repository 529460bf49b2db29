package synth

import (
	"math"

	"holdfast/dataset/parquetio"
)

// column numbers the factor columns of a snapshot, in the order of the file.
// The account and the date stand in front of them.
type column int

const (
	// Who the account is.
	colPlan    column = iota // what it bought; prices and seats follow from it
	colRegion                // where it is; without effect
	colSegment               // its industry; without effect

	// What it has, as of the last renewal.
	colTenureDays // days since signature
	colARR        // per year, to the cent
	colLicences   // seats, at least 2

	// What it did in the last 30 days.
	colActiveUsers // seats in use, at most licences
	colLogins      // missing where telemetry had a gap
	colStickyUses  // uses of the features that customers stay for
	colIntegrations
	colExports  // files taken out
	colReports  // reports built
	colAPICalls // missing on the starter plan, to the ten

	// How it fares with support; counts are over 90 days, but for open tickets.
	colTickets
	colEscalations
	colOpenTickets
	colCSAT   // mean answer of the month, 1 to 5, to a tenth; half of it missing
	colNPS    // last answer of a year, 0 to 10; mostly missing
	colNPSAge // days since that answer

	// How it pays, and who knows it.
	colPaymentDelay     // days by which the last invoice was paid late
	colExecutiveContact // whether somebody upstairs talks to the vendor
	colChampionLeft     // whether the sponsor left within six months

	// What was done for it.
	colTrainingHours  // since signature, to half an hour
	colOnboardingDone // share of the launch plan, to a hundredth
	colPulse          // its CSM's judgement; missing without a CSM
	colCommunityPosts // since signature
	colServicesSpend  // of the month, to the cent

	// What another system thinks of it.
	colVendorScore // 0 to 100 in steps of 5, higher is healthier

	columnCount
)

// row holds one snapshot: numbers and booleans as they are, text as the index of
// its level, NaN where nothing is recorded.
type row [columnCount]float64

// Codes of the plans, which rise with size.
const (
	planStarter = iota
	planTeam
	planBusiness
	planEnterprise
)

// Codes of the CSM's pulse, which rise with worry.
const (
	pulseGreen = iota
	pulseYellow
	pulseRed
)

// factor describes one factor column.
type factor struct {
	name     string
	kind     parquetio.Kind
	nullable bool
	levels   []string // of text
}

// factors lists the factor columns, indexed by column. Levels stand in the order
// of their codes, which need not be that of the alphabet.
func factors() [columnCount]factor {
	const (
		required = false
		nullable = true
	)
	return [columnCount]factor{
		colPlan:             {"plan", parquetio.Text, required, []string{"starter", "team", "business", "enterprise"}},
		colRegion:           {"region", parquetio.Text, required, []string{"americas", "emea", "apac", "latam"}},
		colSegment:          {"segment", parquetio.Text, required, []string{"software", "retail", "finance", "manufacturing", "healthcare"}},
		colTenureDays:       {"tenure_days", parquetio.Int, required, nil},
		colARR:              {"arr", parquetio.Float, required, nil},
		colLicences:         {"licences", parquetio.Int, required, nil},
		colActiveUsers:      {"active_users", parquetio.Int, required, nil},
		colLogins:           {"logins_30d", parquetio.Int, nullable, nil},
		colStickyUses:       {"sticky_uses_30d", parquetio.Int, required, nil},
		colIntegrations:     {"integrations", parquetio.Int, required, nil},
		colExports:          {"exports_30d", parquetio.Int, required, nil},
		colReports:          {"reports_30d", parquetio.Int, required, nil},
		colAPICalls:         {"api_calls_30d", parquetio.Int, nullable, nil},
		colTickets:          {"support_tickets_90d", parquetio.Int, required, nil},
		colEscalations:      {"escalations_90d", parquetio.Int, required, nil},
		colOpenTickets:      {"open_tickets", parquetio.Int, required, nil},
		colCSAT:             {"csat", parquetio.Float, nullable, nil},
		colNPS:              {"nps", parquetio.Int, nullable, nil},
		colNPSAge:           {"nps_age_days", parquetio.Int, nullable, nil},
		colPaymentDelay:     {"payment_delay_days", parquetio.Int, required, nil},
		colExecutiveContact: {"executive_contact", parquetio.Bool, required, nil},
		colChampionLeft:     {"champion_left", parquetio.Bool, required, nil},
		colTrainingHours:    {"training_hours", parquetio.Float, required, nil},
		colOnboardingDone:   {"onboarding_done_share", parquetio.Float, required, nil},
		colPulse:            {"csm_pulse", parquetio.Text, nullable, []string{"green", "yellow", "red"}},
		colCommunityPosts:   {"community_posts", parquetio.Int, required, nil},
		colServicesSpend:    {"services_spend", parquetio.Float, required, nil},
		colVendorScore:      {"vendor_score", parquetio.Int, nullable, nil},
	}
}

// missing marks a value that is not recorded.
func missing() float64 { return math.NaN() }

// flag stores a boolean in a row.
func flag(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
