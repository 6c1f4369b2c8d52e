import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/transfers', name: 'transfers', component: () => import('./pages/TransfersPage.vue'), meta: { title: 'transfer.title', action: 'transfer.list.read', menu: { group: 'records', order: 20 } } },
  { path: '/transfers/:id(\\d+)', name: 'transfer', component: () => import('./pages/TransferPage.vue'), meta: { title: 'transfer.detail', action: 'transfer.list.read', parent: 'transfers' } },
  { path: '/roster', name: 'roster', component: () => import('./pages/RosterPage.vue'), meta: { title: 'transfer.roster', action: 'company.roster.import', menu: { group: 'oversight', order: 40 } } },
]
