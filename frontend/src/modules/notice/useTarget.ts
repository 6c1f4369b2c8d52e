/** Where a message leads: the page of the object it is about, or nothing where there is no such page. */
export function targetOf(notice: { noun: string; objectId: string }): string | undefined {
  const pages: Record<string, string> = { hazard: '/hazards/', selfreport: '/reports/', certificate: '/certificates/', transfer: '/transfers/', staff: '/staff/', letter: '/letters/', proof_signal: '/signals/', performance_assessment: '/performance/assessments/', permit: '/permits/', award: '/awards/', standardization: '/standardization/evaluations/', grading: '/gradings/', missive: '/missives/', circular: '/circulars/', patrol: '/patrols/', handed: '/handed-up/', visit: '/visits/', visit_order: '/visit-orders/', fund_expense: '/fund/expenses/', training: '/training/sessions/', training_card: '/training/cards/', archive_request: '/erasures/' }
  if (notice.noun === 'account') return '/account/totp'
  if (notice.noun === 'due') return '/due'
  if (notice.noun === 'queue') return '/jobs'
  if (notice.noun === 'campaign_test') return `/mass-messages/${notice.objectId}`
  if (notice.noun === 'certificate_gap' || notice.noun === 'certificate_own') return '/certificates/mine'
  if (notice.noun === 'certificate_claim') return '/certificates/claims?state=all'
  if (notice.noun === 'hazard_direct') return '/hazards/direct'
  if (notice.noun === 'letter_round') return '/letters/mine'
  if (notice.noun === 'emergency_filing') return '/emergency/filings'
  if (notice.noun === 'fund') return '/fund'
  if (notice.noun === 'training_plan') return `/training/plan?year=${notice.objectId}`
  if (notice.noun === 'training_hours') return `/training/hours?missing=yes&year=${notice.objectId}`
  if (notice.noun === 'fund_plan') return '/fund/plan'
  if (notice.noun === 'exam_task') return '/training/exams'
  if (notice.noun === 'training_newcomer') return '/training/newcomers'
  if (notice.noun === 'evidence_bundle') return '/evidence'
  if (notice.noun === 'archive_bundle' || notice.noun === 'archive_erasure') return '/archive'
  if (notice.noun === 'transfer_export') return '/transfers?direction=export'
  const page = pages[notice.noun]
  return page && notice.objectId && notice.objectId !== '0' ? `${page}${notice.objectId}` : undefined
}
