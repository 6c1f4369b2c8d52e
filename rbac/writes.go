package rbac

// CrossWrites lists the tables that a regulator or a review agency writes although the
// rows belong to a company, with the noun that owns the policy. Any other table refuses
// them; a test compares this list with the database's policies.
var CrossWrites = map[Kind][]string{
	Regulator: {
		"company",                                              // a company is entered or its registration brought up to date
		"company_version", "company_headcount", "company_year", // with what it is entered with
		"company_relocation",           // a move is ordered
		"company_link",                 // landlord and tenant are linked
		"transfer", "transfer_mapping", // its own organisation's imports
		"hazard", "hazard_step", // a review cancels a major hazard or sends it back
		"hazard_stop", "hazard_review", // work is stopped, two officers review and let it go on
		"hazard_direct",              // a safety officer's direct report is answered
		"attachment", "hazard_photo", // photos of the site are brought along
		"selfreport", "selfreport_step", // a report is received or returned
		"missive",                 // a letter to a company is drafted, issued, decided upon
		"circular_receipt",        // an office that got a notice reads and replies, by the same grant
		"instrument_call",         // somebody was rung up
		"patrol",                  // a grid worker visits
		"patrol_handed",           // what he hands up, and the town's answer
		"listing", "listing_step", // a major hazard is listed, and what follows decided
		"selfreport_urge",                     // who has not reported is urged
		"oversight_bulk_row",                  // what became of each company that was acted on
		"activation_slip",                     // printed for a company, and revoked
		"emergency_filing",                    // a plan is filed, or what is missing told
		"proof_signal",                        // seen, once the company's term to explain has passed
		"grading_access",                      // a review agency is let in for some days
		"grading_application", "grading_step", // an application for a level is decided
		"grading_member",                   // a review team is sent
		"grading_issue",                    // checked where the review team does not in time
		"grading_objection",                // an objection is verified
		"award", "award_step", "award_bar", // a level is awarded, revoked, barred
		"award_revocation", "award_rename", "award_confirmation", "award_filing", // and what is decided on the way
		"enrolment_claim", "enrolment_assessment", // a reward is checked and approved, a company assessed
		"visit", "visit_finding", "visit_measure", "visit_order", "visit_pick", "visit_step", // an inspection, what it found and ordered
		"dossier_view", "dossier_responsible", // who looked, and who answers for a company
		"penalty", "penalty_dishonesty", "penalty_step", // penalties and listings as dishonest are decided
		// 主体责任达标, 分类分级; a review is opened
		"standardization_evaluation", "standardization_answer", "standardization_finding", "standardization_evidence",
	},
	Agency: {
		"attachment",                          // minutes and photos of the site
		"grading_application", "grading_step", // it reports what it reviewed
		"grading_member", // its people declare their interests
		"grading_issue",  // what it found, and whether it was mended
		// reviews
		"standardization_evaluation", "standardization_answer", "standardization_finding", "standardization_evidence",
	},
}
