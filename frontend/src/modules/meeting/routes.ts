import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/meetings', name: 'meetings', component: () => import('./pages/MeetingsPage.vue'), meta: { title: 'meeting.title', action: 'meeting.record.list', menu: { group: 'register', order: 10, kinds: ['company', 'service'] } } },
]
