import type { RouteRecordRaw } from 'vue-router'

const action = 'standardization.evaluation.list'

export const routes: RouteRecordRaw[] = [
  { path: '/standardization/evaluations', name: 'evaluations', component: () => import('./pages/EvaluationsPage.vue'), meta: { title: 'standardization.title', action, menu: { group: 'standardization', order: 20 } } },
  { path: '/standardization/years', name: 'evaluation-years', component: () => import('./pages/YearsPage.vue'), meta: { title: 'standardization.years', action, menu: { group: 'standardization', order: 22, kinds: ['company', 'service'] } } },
  { path: '/standardization/evaluations/:id(\\d+)', name: 'evaluation', component: () => import('./pages/EvaluationPage.vue'), meta: { title: 'standardization.detail', action, parent: 'evaluations' } },
]
