import type { RouteRecordRaw } from 'vue-router'

const own = ['company', 'service']

export const routes: RouteRecordRaw[] = [
  { path: '/risk', name: 'risk', component: () => import('./pages/RegisterPage.vue'), meta: { title: 'risk.title', action: 'risk.register.read', menu: { group: 'risk', order: 10, kinds: own } } },
  { path: '/risk/events/:id(\\d+)', name: 'risk.event', component: () => import('./pages/EventPage.vue'), meta: { title: 'risk.event', action: 'risk.register.read', parent: 'risk' } },
  { path: '/risk/map', name: 'risk.map', component: () => import('./pages/MapPage.vue'), meta: { title: 'risk.map', action: 'risk.register.read', menu: { group: 'risk', order: 20, kinds: own } } },
  { path: '/risk/map/:id(\\d+)', name: 'risk.plan', component: () => import('./pages/PlanPage.vue'), meta: { title: 'risk.draw', action: 'risk.plan.draw', parent: 'risk.map' } },
  { path: '/risk/reports', name: 'risk.reports', component: () => import('./pages/ReportsPage.vue'), meta: { title: 'risk.reports', action: 'risk.report.read', menu: { group: 'risk', order: 30 } } },
  { path: '/risk/reports/:id(\\d+)', name: 'risk.report', component: () => import('./pages/ReportPage.vue'), meta: { title: 'risk.report', action: 'risk.report.read', parent: 'risk.reports' } },
]
