import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/evidence', name: 'evidence', component: () => import('./pages/EvidencePage.vue'), meta: { title: 'evidence.title', action: 'evidence.package.read', menu: { group: 'records', order: 15, kinds: ['company', 'service'] } } },
]
