import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/jobs', name: 'jobs', component: () => import('./pages/JobsPage.vue'), meta: { title: 'queue.title', action: 'queue.job.list', menu: { group: 'platform', order: 60 } } },
]
