import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/deadlines', name: 'deadlines', component: () => import('./pages/DeadlinePage.vue'), meta: { title: 'deadline.title', action: 'deadline.term.work', menu: { group: 'emergency', order: 60 } } },
]
