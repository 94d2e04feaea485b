import type { Organization, OrgKind, OrgSettings } from '../types.ts'

/** An org as the platform reports it; absent members stay as they are. */
export interface WantedOrganization {
  readonly orgId: string
  readonly name: string
  readonly kind: OrgKind
  readonly region?: string | undefined
  readonly createdAt?: string | undefined
  readonly sso?: boolean | undefined
  readonly directorySync?: boolean | undefined
  readonly adminEmails?: readonly string[] | undefined
}

/** The settings that an org's admins may change; absent members stay as they are. */
export type SettingsPatch = {
  readonly [K in keyof Omit<OrgSettings, 'contact'>]?: OrgSettings[K] | undefined
} & { readonly directorySync?: boolean | undefined; readonly contact?: string | null | undefined }

/** T1: by default content migrates, so that none is lost unless somebody chose so. */
const defaultSettings: OrgSettings = {
  allowContentMigration: true,
  suppressInvitations: false,
  licenseTemplate: [],
  retentionDays: null,
  locale: 'en',
}

/** Applies what the platform reports of an org. Settings belong to the admins, and stay. */
export function planOrganization(
  current: Organization | undefined,
  wanted: WantedOrganization,
  now: Date,
): Organization {
  return {
    ...current,
    orgId: wanted.orgId,
    name: wanted.name,
    kind: wanted.kind,
    region: wanted.region ?? current?.region ?? '',
    createdAt: wanted.createdAt ?? current?.createdAt ?? now.toISOString(),
    sso: wanted.sso ?? current?.sso ?? false,
    directorySync: wanted.directorySync ?? current?.directorySync ?? false,
    adminEmails: wanted.adminEmails ?? current?.adminEmails ?? [],
    settings: current?.settings ?? defaultSettings,
  }
}

export function planSettings(current: Organization, patch: SettingsPatch): Organization {
  const { contact: currentContact, ...settings } = current.settings
  const contact = patch.contact === undefined ? currentContact : (patch.contact ?? undefined)
  const timeZone = patch.timeZone ?? settings.timeZone
  return {
    ...current,
    directorySync: patch.directorySync ?? current.directorySync,
    settings: {
      ...settings,
      allowContentMigration: patch.allowContentMigration ?? settings.allowContentMigration,
      suppressInvitations: patch.suppressInvitations ?? settings.suppressInvitations,
      licenseTemplate: patch.licenseTemplate ?? settings.licenseTemplate,
      // `null` is a value: keep for ever.
      retentionDays: patch.retentionDays === undefined ? settings.retentionDays : patch.retentionDays,
      locale: patch.locale ?? settings.locale,
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(contact === undefined ? {} : { contact }),
    },
  }
}

const comparable = (org: Organization): string =>
  JSON.stringify([
    org.orgId,
    org.name,
    org.kind,
    org.region,
    org.createdAt,
    org.sso,
    org.directorySync,
    org.adminEmails,
    org.deletion?.at,
    // Compared without regard to order.
    Object.entries(org.settings)
      .map((setting) => JSON.stringify(setting))
      .sort(),
  ])

export const sameOrganization = (one: Organization, other: Organization): boolean =>
  comparable(one) === comparable(other)
