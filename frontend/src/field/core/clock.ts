import { ref } from 'vue'

/** Server time less the phone's, milliseconds, as the last answer told; undefined until one came. */
export const clockOffsetMs = ref<number>()
