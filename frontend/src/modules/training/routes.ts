import type { RouteRecordRaw } from 'vue-router'

const own = ['company', 'service'] as const

export const routes: RouteRecordRaw[] = [
  { path: '/training/area', name: 'training-area', component: () => import('./pages/AreaPage.vue'), meta: { title: 'training.area', action: 'training.hours.area', menu: { group: 'training', order: 5, kinds: ['regulator'] } } },
  { path: '/training/plan', name: 'training-plan', component: () => import('./pages/PlanPage.vue'), meta: { title: 'training.plan', action: 'training.plan.read', menu: { group: 'training', order: 10, kinds: own } } },
  { path: '/training/sessions', name: 'training-sessions', component: () => import('./pages/SessionsPage.vue'), meta: { title: 'training.sessions', action: 'training.session.list', menu: { group: 'training', order: 20, kinds: own } } },
  { path: '/training/sessions/:id', name: 'training-session', component: () => import('./pages/SessionPage.vue'), meta: { title: 'training.session', action: 'training.session.list', parent: 'training-sessions' } },
  { path: '/training/courses', name: 'training-courses', component: () => import('./pages/CoursesPage.vue'), meta: { title: 'training.courses', action: 'training.course.list', menu: { group: 'training', order: 30, kinds: own } } },
  { path: '/training/hours', name: 'training-hours', component: () => import('./pages/HoursPage.vue'), meta: { title: 'training.hours', action: 'training.hours.list', menu: { group: 'training', order: 40 } } },
  { path: '/training/records', name: 'training-records', component: () => import('./pages/RecordsPage.vue'), meta: { title: 'training.records', action: 'training.record.list', menu: { group: 'training', order: 50 } } },
  { path: '/training/setting', name: 'training-setting', component: () => import('./pages/SettingPage.vue'), meta: { title: 'training.setting', action: 'training.plan.read', menu: { group: 'training', order: 90, kinds: own } } },
]
