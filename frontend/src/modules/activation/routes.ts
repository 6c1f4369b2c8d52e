import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/activation', name: 'activation', component: () => import('./pages/ActivationPage.vue'), meta: { title: 'activation.title', action: 'activation.area.list', menu: { group: 'oversight', order: 30 } } },
  { path: '/activation/slips', name: 'activation.slips', component: () => import('./pages/SlipsPage.vue'), meta: { title: 'activation.slips', action: 'activation.slip.print', parent: 'activation', menu: { group: 'oversight', order: 31 } } },
]
