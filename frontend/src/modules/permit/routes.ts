import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/permits', name: 'permits', component: () => import('./pages/PermitsPage.vue'), meta: { title: 'permit.title', action: 'permit.ledger.list', menu: { group: 'permit', order: 10, kinds: ['company', 'service'] } } },
  { path: '/permits/setting', name: 'permits.setting', component: () => import('./pages/SettingPage.vue'), meta: { title: 'permit.setting', action: 'permit.setting.edit', menu: { group: 'permit', order: 30 } } },
  { path: '/permits/:id(\\d+)', name: 'permit', component: () => import('./pages/PermitPage.vue'), meta: { title: 'permit.one', action: 'permit.ledger.list', parent: 'permits' } },
]

/** The board is a page without the shell: it hangs at the gate. */
export const boardRoutes: RouteRecordRaw[] = [
  { path: '/permits/board', name: 'permits.board', component: () => import('./pages/BoardPage.vue'), meta: { title: 'permit.board', action: 'permit.board.read', menu: { group: 'permit', order: 20, kinds: ['company', 'service'] } } },
]
