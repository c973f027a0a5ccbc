--- What the server says about environments: kept for statuslines, put into words for people.
local M = {}

---@class venv_lsp.Python
---@field version? string
---@field implementation? string
---@field executable? string

---@class venv_lsp.Health
---@field code string
---@field message string

--- `vim.b.venv_lsp_environment`
---@class venv_lsp.Environment
---@field path string
---@field kind string
---@field python venv_lsp.Python
---@field origin string Where it comes from
---@field reason string Why it serves the file
---@field prefix string
---@field bin? string The folder of its programs
---@field variables? venv_lsp.Variables What it takes to run in it
---@field externally_managed boolean
---@field broken boolean Whether nothing can be run in it or installed into it
---@field health venv_lsp.Health[]

---@class venv_lsp.Candidate
---@field path string
---@field origin string
---@field reason string
---@field chosen boolean

---@class venv_lsp.Interpreter
---@field path string
---@field version? string
---@field externally_managed boolean

--- The answer to `venv-lsp/environment`.
---@class venv_lsp.Answer
---@field path string
---@field environment? venv_lsp.Environment
---@field candidates? venv_lsp.Candidate[]
---@field interpreters? venv_lsp.Interpreter[]

---@class venv_lsp.ChangedParams
---@field uri string
---@field environment? venv_lsp.Environment

---@param client vim.lsp.Client
---@param uri string
---@return integer? bufnr
local function attached_buffer(client, uri)
  local name = vim.fs.normalize(vim.uri_to_fname(uri))
  for bufnr in pairs(client.attached_buffers) do
    if vim.fs.normalize(vim.api.nvim_buf_get_name(bufnr)) == name then
      return bufnr
    end
  end
end

---@param params venv_lsp.ChangedParams
---@param client_id integer
function M.changed(params, client_id)
  local client = vim.lsp.get_client_by_id(client_id)
  local bufnr = client and attached_buffer(client, params.uri)
  if not bufnr then
    return
  end
  vim.b[bufnr].venv_lsp_environment = params.environment
  vim.api.nvim_exec_autocmds('User', {
    pattern = 'VenvLspEnvironment',
    modeline = false,
    data = { buf = bufnr, environment = params.environment },
  })
  vim.cmd.redrawstatus({ bang = true })
  -- The one that is worked in may be another file that the same environment serves.
  require('venv-lsp.follow').follow(vim.api.nvim_get_current_buf())
end

--- A running client for a buffer: its own, else one whose workspace holds the file, else any.
---@param bufnr integer
---@return vim.lsp.Client?
local function client_of(bufnr)
  local clients = vim.lsp.get_clients({ name = 'venv_lsp' })
  local name, best, length = vim.fs.normalize(vim.api.nvim_buf_get_name(bufnr)), clients[1], 0
  for _, client in ipairs(clients) do
    if client.attached_buffers[bufnr] then
      return client
    end
    local root = client.root_dir and vim.fs.normalize(client.root_dir)
    if root and #root > length and vim.startswith(name, root .. '/') then
      best, length = client, #root
    end
  end
  return best
end

---@param bufnr integer
---@param on_answer fun(answer?: venv_lsp.Answer, problem?: string)
function M.ask(bufnr, on_answer)
  local client = client_of(bufnr)
  if not client then
    return on_answer(nil, 'venv-lsp is not running; open a file that asks for packages, or see `:checkhealth venv-lsp`')
  end
  local params = { uri = vim.uri_from_bufnr(bufnr) }
  client:request('venv-lsp/environment', params, function(err, answer)
    if err then
      on_answer(nil, err.message)
    elseif not answer then
      on_answer(nil, 'the server knows nothing about this file')
    else
      on_answer(answer)
    end
  end, bufnr)
end

---@param python? venv_lsp.Python
---@return string
local function python_words(python)
  if not python or not python.version then
    return 'Python of unknown version'
  end
  if python.implementation and python.implementation:lower() ~= 'cpython' then
    return ('Python %s (%s)'):format(python.version, python.implementation)
  end
  return 'Python ' .. python.version
end

---@param answer venv_lsp.Answer
---@return string[] lines
function M.words(answer)
  local lines = {}
  local function say(format, ...)
    table.insert(lines, (format:format(...)))
  end
  local environment = answer.environment
  if environment then
    say('%s', environment.path)
    say('  %s, %s', python_words(environment.python), environment.kind)
    say('  why: %s (%s)', environment.reason, environment.origin)
    if environment.externally_managed then
      say('  externally managed: nothing is installed into it')
    end
    for _, health in ipairs(environment.health or {}) do
      say('  %s: %s', health.code, health.message)
    end
  else
    say('No environment serves %s', answer.path)
  end
  local passed_over = vim.tbl_filter(function(candidate)
    return not candidate.chosen
  end, answer.candidates or {})
  if #passed_over > 0 then
    say('Passed over')
    for _, candidate in ipairs(passed_over) do
      say('  %s (%s): %s', candidate.path, candidate.origin, candidate.reason)
    end
  end
  if #(answer.interpreters or {}) > 0 then
    say('Interpreters that can make one')
    for _, interpreter in ipairs(answer.interpreters) do
      local managed = interpreter.externally_managed and ', externally managed' or ''
      say('  %s (Python %s%s)', interpreter.path, interpreter.version or '?', managed)
    end
  end
  return lines
end

return M
