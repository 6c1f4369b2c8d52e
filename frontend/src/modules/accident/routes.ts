import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/accidents', name: 'accidents', component: () => import('./pages/AccidentsPage.vue'), meta: { title: 'accident.title', action: 'accident.record.list', menu: { group: 'register', order: 30, kinds: ['company', 'service'] } } },
  { path: '/accidents/hours', name: 'accidents.hours', component: () => import('./pages/HoursPage.vue'), meta: { title: 'accident.hours', action: 'accident.hours.list', menu: { group: 'register', order: 31, kinds: ['company', 'service'] } } },
]
