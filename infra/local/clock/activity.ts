/**
 * Work in the background, for those who wait until there is none. It counts the work under way, and how often work
 * began, so that work that began and ended between two looks is noticed too.
 */
export interface Activity {
  during<T>(work: () => Promise<T>): Promise<T>
  underWay(): number
  begun(): number
}

export function createActivity(): Activity {
  let underWay = 0
  let begun = 0
  return {
    async during(work) {
      underWay += 1
      begun += 1
      try {
        return await work()
      } finally {
        underWay -= 1
      }
    },
    underWay: () => underWay,
    begun: () => begun,
  }
}
