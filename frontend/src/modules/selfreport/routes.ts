import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/reports', name: 'reports', component: () => import('./pages/ReportsPage.vue'), meta: { title: 'selfreport.title', action: 'selfreport.report.list', menu: { group: 'selfreport', order: 10 } } },
  { path: '/reports/:id(\\d+)', name: 'report', component: () => import('./pages/ReportPage.vue'), meta: { title: 'selfreport.detail', action: 'selfreport.report.list', parent: 'reports' } },
]
