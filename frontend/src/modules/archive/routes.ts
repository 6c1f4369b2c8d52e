import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/archive', name: 'archive', component: () => import('./pages/ArchivePage.vue'), meta: { title: 'archive.title', action: 'archive.bundle.read', menu: { group: 'company', order: 90, kinds: ['company'] } } },
  { path: '/erasures', name: 'erasures', component: () => import('./pages/RequestsPage.vue'), meta: { title: 'erasure.requests', action: 'archive.erasure.decide', menu: { group: 'platform', order: 70 } } },
  { path: '/erasures/:id', name: 'erasure', component: () => import('./pages/RequestPage.vue'), meta: { title: 'erasure.requests', action: 'archive.erasure.decide' } },
]
