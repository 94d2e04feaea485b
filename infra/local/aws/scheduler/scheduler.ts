import * as z from 'zod'
import { scheduleArn } from '../names.ts'
import { type ScheduleInput, scheduleInput, validName } from './schedule-input.ts'
import { createSchedules, type Schedules } from './schedules.ts'
import {
  type Permission,
  ServiceError,
  type EmulatedService,
  type ServiceRequest,
  type ServiceResponse,
} from '../emulated-service.ts'

/** A parsed request: operation, schedule, and JSON body. */
interface Call {
  operation: string
  /** The schedule's name. */
  name: string
  group: string
  body: unknown
}

/** The operations that the service calls. Groups and recurring schedules come from the template. */
const OPERATIONS: Readonly<Record<string, string>> = {
  'POST schedules': 'CreateSchedule',
  'PUT schedules': 'UpdateSchedule',
}

function parseCall({ method, url, body }: ServiceRequest): Call {
  const { pathname } = new URL(url, 'http://scheduler')
  const [kind = '', encodedName, ...rest] = pathname.split('/').filter(Boolean)
  const name = decodeURIComponent(encodedName ?? '')
  const operation = OPERATIONS[`${method} ${kind}`]
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
  const group = z.object({ GroupName: z.string() }).safeParse(json).data?.GroupName ?? 'default'
  return { operation, name, group, body: json }
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

function perform(schedules: Schedules, call: Call): unknown {
  const { operation, name } = call
  const input = inputOf(call)
  if (operation === 'CreateSchedule') schedules.create(name, input)
  else schedules.update(name, input)
  return { ScheduleArn: scheduleArn(input.GroupName, name) }
}

export function schedulerRefusal({ code, message, status }: ServiceError): ServiceResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ Message: message }),
  }
}

/** EventBridge Scheduler: its schedules, and its REST API. */
export function createScheduler(o: Parameters<typeof createSchedules>[0]): Schedules & EmulatedService {
  const schedules = createSchedules(o)
  return { ...schedules, ...createSchedulerApi(schedules) }
}

function createSchedulerApi(schedules: Schedules): EmulatedService {
  return {
    permissions(request): Permission[] {
      const { operation, name, group, body } = parseCall(request)
      const action = `scheduler:${operation}`
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
      const answer = perform(schedules, parseCall(request))
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(answer),
      }
    },
  }
}
