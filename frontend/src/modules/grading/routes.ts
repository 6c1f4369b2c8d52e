import type { RouteRecordRaw } from 'vue-router'

/** For anybody: results that are public in an area, to which anybody may object. */
export const publicRoutes: RouteRecordRaw[] = [
  { path: '/publicity/:division([0-9A-Z]{2,15})', name: 'grading-publicity', component: () => import('./pages/PublicityPage.vue'), meta: { public: true, title: 'grading.publicity' } },
]

const action = 'grading.application.list'

export const routes: RouteRecordRaw[] = [
  { path: '/gradings', name: 'gradings', component: () => import('./pages/GradingsPage.vue'), meta: { title: 'grading.title', action, menu: { group: 'standardization', order: 30 } } },
  { path: '/gradings/new', name: 'grading-new', component: () => import('./pages/StartPage.vue'), meta: { title: 'grading.start', action: 'grading.application.apply', parent: 'gradings' } },
  { path: '/gradings/:id(\\d+)', name: 'grading', component: () => import('./pages/GradingPage.vue'), meta: { title: 'grading.detail', action, parent: 'gradings' } },
]
