import type { RouteRecordRaw } from 'vue-router'

/** For anybody who holds a photo with a code. */
export const publicRoutes: RouteRecordRaw[] = [
  { path: '/verify/:code?', name: 'verify', component: () => import('./pages/VerifyPage.vue'), meta: { public: true, title: 'proof.verify' } },
]

export const routes: RouteRecordRaw[] = [
  { path: '/signals', name: 'signals', component: () => import('./pages/SignalsPage.vue'), meta: { title: 'proof.signals', action: 'proof.signal.list', menu: { group: 'inspection', order: 60 } } },
  { path: '/signals/:id(\\d+)', name: 'signal', component: () => import('./pages/SignalPage.vue'), meta: { title: 'proof.signal', action: 'proof.signal.list', parent: 'signals' } },
]
