import * as z from 'zod'
import { scheduleArn, scheduleGroupArn } from './names.ts'
import {
  createSchedules,
  type ScheduleInput,
  type Schedules,
  type StoredSchedule,
  scheduleInput,
} from './schedules.ts'
import {
  type Permission,
  ServiceError,
  type StandIn,
  type StandInRequest,
  type StandInResponse,
} from './stand-in.ts'

const MAX_PAGE = 100

const validName = z.string().regex(/^[0-9a-zA-Z-_.]{1,64}$/)

/** A request taken apart: what it is about, and its JSON body. */
interface Call {
  operation: string
  /** Of the schedule, or of the group where the operation is about one. */
  name: string
  group: string
  query: URLSearchParams
  body: unknown
}

const OPERATIONS: Readonly<Record<string, string>> = {
  'POST schedules': 'CreateSchedule',
  'GET schedules': 'GetSchedule',
  'PUT schedules': 'UpdateSchedule',
  'DELETE schedules': 'DeleteSchedule',
  'POST schedule-groups': 'CreateScheduleGroup',
  'GET schedule-groups': 'GetScheduleGroup',
  'DELETE schedule-groups': 'DeleteScheduleGroup',
}

function parseCall({ method, url, body }: StandInRequest): Call {
  const { pathname, searchParams: query } = new URL(url, 'http://scheduler')
  const [kind = '', encodedName, ...rest] = pathname.split('/').filter(Boolean)
  const name = decodeURIComponent(encodedName ?? '')
  const lists = method === 'GET' && name === '' && (kind === 'schedules' || kind === 'schedule-groups')
  const operation = lists
    ? kind === 'schedules'
      ? 'ListSchedules'
      : 'ListScheduleGroups'
    : OPERATIONS[`${method} ${kind}`]
  if (operation === undefined || rest.length > 0)
    throw new ServiceError('UnknownOperationException', 'Unknown operation', 404)
  let json: unknown = {}
  if (body.length > 0) {
    try {
      json = JSON.parse(body.toString())
    } catch {
      throw new ServiceError('ValidationException', 'The body is not JSON.')
    }
  }
  const named = z.object({ GroupName: z.string() }).safeParse(json).data?.GroupName
  const group = query.get('groupName') ?? query.get('ScheduleGroup') ?? named ?? 'default'
  return { operation, name, group, query, body: json }
}

function inputOf(call: Call): ScheduleInput {
  if (!validName.safeParse(call.name).success) {
    throw new ServiceError(
      'ValidationException',
      `Value '${call.name}' at 'name' failed to satisfy constraint`,
    )
  }
  const parsed = scheduleInput.safeParse(call.body)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new ServiceError(
    'ValidationException',
    `Value at '${issue?.path.join('.')}' is invalid: ${issue?.message}`,
  )
}

const toSeconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / 1000)

function describe({ name, input, createdAtMs, changedAtMs }: StoredSchedule) {
  const { ClientToken: _, StartDate, EndDate, ...rest } = input
  return {
    ...rest,
    Arn: scheduleArn(input.GroupName, name),
    Name: name,
    StartDate: toSeconds(StartDate),
    EndDate: toSeconds(EndDate),
    CreationDate: toSeconds(createdAtMs),
    LastModificationDate: toSeconds(changedAtMs),
  }
}

function listSchedules(schedules: Schedules, { query }: Call) {
  const group = query.get('ScheduleGroup')
  const prefix = query.get('NamePrefix') ?? ''
  const state = query.get('State')
  const after = query.get('NextToken') ?? ''
  const limit = Math.min(Number(query.get('MaxResults') ?? MAX_PAGE), MAX_PAGE)
  const idOf = (schedule: StoredSchedule) => `${schedule.input.GroupName}/${schedule.name}`
  const matching = schedules
    .all()
    .filter(({ name, input }) => name.startsWith(prefix) && (group ?? input.GroupName) === input.GroupName)
    .filter((schedule) => (state ?? schedule.input.State) === schedule.input.State && idOf(schedule) > after)
    .sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
  const page = matching.slice(0, limit)
  const last = page.at(-1)
  return {
    Schedules: page.map((schedule) => {
      const { Arn, Name, GroupName, State, CreationDate, LastModificationDate, Target } = describe(schedule)
      return { Arn, Name, GroupName, State, CreationDate, LastModificationDate, Target: { Arn: Target.Arn } }
    }),
    NextToken: matching.length > limit && last !== undefined ? idOf(last) : undefined,
  }
}

function describeGroup(schedules: Schedules, group: string) {
  if (!schedules.groups().includes(group)) {
    throw new ServiceError('ResourceNotFoundException', `Schedule group ${group} does not exist.`, 404)
  }
  return { Arn: scheduleGroupArn(group), Name: group, State: 'ACTIVE' }
}

function perform(schedules: Schedules, call: Call): unknown {
  const { operation, name, group } = call
  switch (operation) {
    case 'CreateSchedule': {
      const input = inputOf(call)
      schedules.create(name, input)
      return { ScheduleArn: scheduleArn(input.GroupName, name) }
    }
    case 'UpdateSchedule': {
      const input = inputOf(call)
      schedules.update(name, input)
      return { ScheduleArn: scheduleArn(input.GroupName, name) }
    }
    case 'GetSchedule':
      return describe(schedules.get(group, name))
    case 'DeleteSchedule':
      return schedules.delete(group, name)
    case 'ListSchedules':
      return listSchedules(schedules, call)
    case 'CreateScheduleGroup':
      if (schedules.groups().includes(name)) {
        throw new ServiceError('ConflictException', `Schedule group ${name} already exists.`, 409)
      }
      schedules.createGroup(name)
      return { ScheduleGroupArn: scheduleGroupArn(name) }
    case 'GetScheduleGroup':
      return describeGroup(schedules, name)
    case 'DeleteScheduleGroup':
      return schedules.deleteGroup(name)
    case 'ListScheduleGroups':
      return { ScheduleGroups: schedules.groups().map((each) => describeGroup(schedules, each)) }
    default:
      throw new ServiceError('UnknownOperationException', `Unknown operation ${operation}`, 404)
  }
}

export function schedulerRefusal({ code, message, status }: ServiceError): StandInResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ Message: message }),
  }
}

/** EventBridge Scheduler: its schedules, and the REST interface to them. */
export function createScheduler(o: Parameters<typeof createSchedules>[0]): Schedules & StandIn {
  const schedules = createSchedules(o)
  return { ...schedules, ...createSchedulerApi(schedules) }
}

function createSchedulerApi(schedules: Schedules): StandIn {
  return {
    permissions(request): Permission[] {
      const { operation, name, group, body } = parseCall(request)
      const action = `scheduler:${operation}`
      if (operation === 'ListSchedules' || operation === 'ListScheduleGroups')
        return [{ action, resource: '*' }]
      if (operation.endsWith('Group')) return [{ action, resource: scheduleGroupArn(name) }]
      const permission: Permission = { action, resource: scheduleArn(group, name) }
      const role = z.object({ Target: z.object({ RoleArn: z.string() }) }).safeParse(body).data
        ?.Target.RoleArn
      if (role === undefined) return [permission]
      const passRole: Permission = {
        action: 'iam:PassRole',
        resource: role,
        context: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
      }
      return [permission, passRole]
    },
    handle(request) {
      try {
        const answer = perform(schedules, parseCall(request))
        return {
          status: 200,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(answer ?? {}),
        }
      } catch (error) {
        if (error instanceof ServiceError) return schedulerRefusal(error)
        throw error
      }
    },
  }
}
