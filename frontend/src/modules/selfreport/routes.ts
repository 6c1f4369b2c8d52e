import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/reports', name: 'reports', component: () => import('./pages/ReportsPage.vue'), meta: { title: 'selfreport.title', action: 'selfreport.report.list', menu: { group: 'selfreport', order: 10 } } },
  { path: '/reports/rates', name: 'reports.rates', component: () => import('./pages/RatesPage.vue'), meta: { title: 'selfreport.rates.title', action: 'selfreport.rate.read', menu: { group: 'selfreport', order: 20, kinds: ['regulator'] } } },
  { path: '/reports/cycles', name: 'reports.cycles', component: () => import('./pages/CyclesPage.vue'), meta: { title: 'selfreport.cyclePage.title', action: 'selfreport.cycle.list', menu: { group: 'selfreport', order: 30 } } },
  { path: '/reports/:id(\\d+)', name: 'report', component: () => import('./pages/ReportPage.vue'), meta: { title: 'selfreport.detail', action: 'selfreport.report.list', parent: 'reports' } },
  { path: '/reports/:id(\\d+)/copy', name: 'report.copy', component: () => import('./pages/CopyPage.vue'), meta: { title: 'selfreport.copy.title', action: 'selfreport.report.list', parent: 'reports' } },
]
