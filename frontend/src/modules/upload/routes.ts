import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  { path: '/upload', name: 'upload', component: () => import('./pages/UploadPage.vue'), meta: { title: 'upload.title', action: 'upload.receiver.see', menu: { group: 'records', order: 25, kinds: ['company'] } } },
]
