import { onBeforeUnmount, ref, type Ref, type ShallowRef } from 'vue'

interface Detector {
  detect(picture: HTMLVideoElement): Promise<{ rawValue: string }[]>
}
type DetectorClass = new (options: { formats: string[] }) => Detector

const detectors = globalThis as { BarcodeDetector?: DetectorClass }

/** none: this browser cannot read codes · off: may be opened · on · refused: the person or the phone said no. */
export type CameraState = 'none' | 'off' | 'on' | 'refused'

/** The camera as a reader of QR labels, shown in `picture`. `found` gets each new text and answers true to stop. */
export function useCamera(picture: Readonly<ShallowRef<HTMLVideoElement | null>>, found: (text: string) => Promise<boolean>): { state: Ref<CameraState>; open(): Promise<void> } {
  const able = Boolean(detectors.BarcodeDetector && navigator.mediaDevices)
  const state = ref<CameraState>(able ? 'off' : 'none')
  let stream: MediaStream | undefined
  let last = ''
  let frame = 0

  function close(): void {
    cancelAnimationFrame(frame)
    stream?.getTracks().forEach((track) => track.stop())
    stream = undefined
    if (state.value === 'on') state.value = 'off'
  }

  async function open(): Promise<void> {
    if (!detectors.BarcodeDetector || !picture.value) return
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false })
      picture.value.srcObject = stream
      await picture.value.play()
      state.value = 'on'
      look(new detectors.BarcodeDetector({ formats: ['qr_code'] }))
    } catch {
      close()
      state.value = 'refused'
    }
  }

  function look(detector: Detector): void {
    frame = requestAnimationFrame(async () => {
      if (!stream || !picture.value) return
      const [code] = await detector.detect(picture.value).catch(() => [])
      if (code && code.rawValue !== last) {
        last = code.rawValue
        if (await found(code.rawValue)) return close()
      }
      look(detector)
    })
  }

  onBeforeUnmount(close)
  return { state, open }
}
