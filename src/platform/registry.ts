import type { PlatformId } from '../model/ids.ts'
import { asaDriver } from './asa/index.ts'
import type { Driver } from './driver.ts'
import { iosDriver } from './ios/index.ts'

/** One row a platform; a platform without a driver does not compile. */
const drivers: Readonly<Record<PlatformId, Driver>> = {
  ios: iosDriver,
  asa: asaDriver,
}

/** What ikero knows of a platform. */
export function driverFor(platform: PlatformId): Driver {
  return drivers[platform]
}
