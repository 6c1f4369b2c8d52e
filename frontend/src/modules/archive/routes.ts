import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/archive', name: 'archive', component: () => import('./pages/ArchivePage.vue'), meta: { title: 'archive.title', action: 'archive.bundle.read', menu: { group: 'company', order: 90, kinds: ['company'] } } },
]
