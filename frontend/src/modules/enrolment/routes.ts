import type { RouteRecordRaw } from 'vue-router'

const group = 'standardization'

export const routes: RouteRecordRaw[] = [
  { path: '/enrolment/mine', name: 'enrolment-mine', component: () => import('./pages/MinePage.vue'), meta: { title: 'enrolment.mine', action: 'enrolment.notice.read', menu: { group, order: 50, kinds: ['company', 'service'] } } },
  { path: '/enrolment/firms', name: 'enrolment-firms', component: () => import('./pages/FirmsPage.vue'), meta: { title: 'enrolment.firms', action: 'enrolment.firm.list', menu: { group, order: 51 } } },
  { path: '/enrolment/progress', name: 'enrolment-progress', component: () => import('./pages/ProgressPage.vue'), meta: { title: 'enrolment.progress', action: 'enrolment.firm.list', menu: { group, order: 52 } } },
  { path: '/enrolment/assess', name: 'enrolment-assess', component: () => import('./pages/CandidatesPage.vue'), meta: { title: 'enrolment.assess', action: 'enrolment.firm.list', menu: { group, order: 53 } } },
  { path: '/enrolment/assessments/:id(\\d+)', name: 'enrolment-assessment', component: () => import('./pages/AssessmentPage.vue'), meta: { title: 'enrolment.assessment', action: 'enrolment.assessment.read', parent: 'enrolment-assess' } },
  { path: '/enrolment/claims', name: 'enrolment-claims', component: () => import('./pages/ClaimsPage.vue'), meta: { title: 'enrolment.claims', action: 'enrolment.claim.read', menu: { group, order: 54 } } },
]
